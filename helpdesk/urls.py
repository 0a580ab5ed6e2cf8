from django.urls import path

from helpdesk.views import consultations, insights

urlpatterns = [
    path("consultations/", consultations.ConsultationList.as_view(), name="consultation_list"),
    path("consultations/new/", consultations.consultation_create, name="consultation_create"),
    path("consultations/<int:pk>/", consultations.consultation_recorded, name="consultation_recorded"),
    path(
        "consultations/<int:pk>/followed-up/", consultations.consultation_followed_up, name="consultation_followed_up"
    ),
    path("insights/", insights.insights, name="insights"),
    path("insights/steps/<int:pk>/notes/", insights.insights_voices, name="insights_voices"),
    path("insights/difficulties.csv", insights.insights_export, name="insights_csv"),
]
