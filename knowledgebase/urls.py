from django.urls import path

from knowledgebase import views

app_name = "knowledgebase"
urlpatterns = [
    path("", views.article_list, name="article-list"),
    path("new/", views.article_create, name="article-create"),
    path("pictures/<int:pk>/", views.picture, name="picture"),
    path("<slug:slug>/", views.article_detail, name="article-detail"),
    path("<slug:slug>/edit/", views.article_edit, name="article-edit"),
    path("<slug:slug>/publish/", views.article_publish, name="article-publish"),
    path("<slug:slug>/vote/", views.article_vote, name="article-vote"),
    path("<slug:slug>/pictures/", views.picture_add, name="picture-add"),
    path("<slug:slug>/revisions/", views.revision_list, name="revision-list"),
    path(
        "<slug:slug>/revisions/<int:number>/restore/",
        views.revision_restore,
        name="revision-restore",
    ),
]
